"""The governor's office as Inspect has it: acts are tools, the governor an agent, the gate an approver.

The gate stays in the polity. Whether a call comes by way of the approver or straight from the tool, `Hall.judge` hands
it to the polity, once; the approver says what the polity said, before Inspect looks at the form of the call. So with
the approver the log shows an approval for each act, and a rejected call is not made. What Inspect turns away by itself
(no such tool, arguments of another form) is put to the polity all the same, so that it is on record.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from inspect_ai.agent import Agent, AgentState, agent
from inspect_ai.approval import Approval, Approver, approver
from inspect_ai.model import ChatMessage, ChatMessageAssistant, ChatMessageTool, execute_tools, get_model
from inspect_ai.tool import ToolCall, ToolCallView, ToolDef, ToolParams

from isonomia.inspect_bridge.hall import HERE, Hall
from isonomia.models.errors import UnusableReply
from isonomia.seats.governors.remote import MOST_REPLIES
from isonomia.seats.governors.tools import END_TURN, plain, tools_for


def tools_of(hall: Hall) -> list[ToolDef]:
    """One tool for each kind of act that is open to a governor, and one to end the turn."""
    return [_tool(hall, told["function"]) for told in tools_for(hall.kinds)]


def _tool(hall: Hall, told: Mapping[str, Any]) -> ToolDef:
    name = told["name"]

    async def act(**kwargs: Any) -> str:
        if name == END_TURN:
            hall.over = True
            return "the day ends"
        return await hall.told(name, kwargs)

    parameters = ToolParams.model_validate(_with_bounds(told["parameters"]))
    return ToolDef(act, name, told["description"], parameters, parallel=False)


def _with_bounds(schema: Any) -> Any:
    """Inspect's schema of a tool has no bounds of numbers and lengths: they are said in words."""
    if isinstance(schema, list):
        return [_with_bounds(part) for part in schema]
    if not isinstance(schema, dict):
        return schema
    told = {name: _with_bounds(part) for name, part in schema.items()}
    said = [told["description"]] if isinstance(told.get("description"), str) else []
    if "minimum" in told and "maximum" in told:
        said.append(f"A whole number from {told['minimum']} to {told['maximum']}.")
    if "maxLength" in told:
        said.append(f"At most {told['maxLength']} bytes.")
    return {**told, "description": " ".join(said)} if said else told


def shown(view: Mapping[str, Any]) -> str:
    """A view as the governor reads it."""
    seen = plain({name: part for name, part in view.items() if name != "last"})
    return json.dumps(seen, sort_keys=True, separators=(",", ":"), allow_nan=False)


@agent
def governor() -> Agent:
    """A model that is shown the view, calls tools, and hears of each whether it was done or refused."""

    async def execute(state: AgentState) -> AgentState:
        hall = HERE.get()
        tools = tools_of(hall)
        for _ in range(MOST_REPLIES):
            state.output = await get_model().generate(state.messages, tools)
            if state.output.stop_reason == "model_length":  # the words are the provider's, and nobody governed
                raise UnusableReply(f"the day did not fit into the model: {state.output.completion}")
            state.messages.append(state.output.message)
            if hall.over or not state.output.message.tool_calls:
                break
            heard = (await execute_tools(state.messages, tools)).messages
            await _put_on_record(hall, state.output.message, heard)
            state.messages += heard
            if hall.over:
                break
        return state

    return execute


async def _put_on_record(hall: Hall, message: ChatMessageAssistant, heard: list[ChatMessage]) -> None:
    """Acts that Inspect turned away for their form before anybody judged them."""
    calls = {call.id: call for call in message.tool_calls or []}
    for said in heard:
        if isinstance(said, ChatMessageTool) and said.error and said.error.type == "parsing":
            call = calls.get(said.tool_call_id or "")
            if call and call.function != END_TURN:
                await hall.judge(call.function, call.arguments)


@approver(name="gate")
def gate() -> Approver:
    """Asks the polity, and says what it said. What is no act of the polity's is left to the next approver."""

    async def approve(
        message: str,  # noqa: ARG001  # as Inspect calls it
        call: ToolCall,
        view: ToolCallView,  # noqa: ARG001
        history: list[ChatMessage],  # noqa: ARG001
    ) -> Approval:
        hall = HERE.get(None)
        if hall is None or call.function not in {*hall.kinds, END_TURN}:
            return Approval(decision="escalate", explanation=f"{call.function} is no act of a polity")
        if call.function == END_TURN:
            return Approval(decision="approve", explanation="whoever governs may stop")
        permitted, said = await hall.judge(call.function, call.arguments)
        return Approval(decision="approve" if permitted else "reject", explanation=said)

    return approve
