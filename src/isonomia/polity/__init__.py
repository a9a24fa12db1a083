"""polity"""
