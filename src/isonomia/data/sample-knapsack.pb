META
key;value
description;A sample written for Isonomia: the invented town of Upper Weir votes (knapsack)
country;Nowhere
unit;Upper Weir
instance;sample
num_projects;8
num_votes;30
budget;100000
vote_type;knapsack
rule;greedy
date_begin;01.03.2024
date_end;14.03.2024
min_length;1
max_sum_cost;100000
language;en
currency;EUR
experimental;1
comment;#1: Invented ballots, free for any use (CC0).
PROJECTS
project_id;cost;votes;name
bench;9000;13;Benches and shade along the canal
bikes;22000;14;Covered bicycle stands at the station
clinic;46000;10;A nurse's room in the old pump house
garden;12000;14;A school garden behind the gym
lights;18000;9;Lamps on the footpath to Upper Weir
library;15000;13;Longer evening hours at the library
pitch;38000;14;A new floor for the sports pitch
ramp;26000;6;Ramps and rails at the market hall
VOTES
voter_id;vote;neighborhood
v01;bench,bikes,garden,library,pitch;centre
v02;bench,bikes,garden,pitch;centre
v03;bench,bikes,pitch,ramp;centre
v04;bench,bikes,library,ramp;centre
v05;bikes,garden,library,pitch;centre
v06;bikes,clinic,library;centre
v07;bikes,pitch;young
v08;bench,library,pitch;young
v09;clinic,lights,library;weir
v10;bench,bikes,garden,library,pitch;centre
v11;bench,clinic,lights;weir
v12;bench,bikes,library;centre
v13;garden,pitch;young
v14;clinic,garden;weir
v15;bikes,garden;young
v16;garden,lights;weir
v17;bench,bikes,clinic;centre
v18;bench,garden,library,pitch;young
v19;lights;weir
v20;clinic,lights,ramp;weir
v21;garden;young
v22;lights,library,pitch,ramp;young
v23;clinic,garden,pitch;weir
v24;bench,bikes,library,pitch;centre
v25;clinic,lights,ramp;weir
v26;lights;weir
v27;bench,bikes,clinic,garden;centre
v28;bikes,garden,library,pitch;young
v29;bench,garden,library,pitch,ramp;centre
v30;clinic,lights;weir
