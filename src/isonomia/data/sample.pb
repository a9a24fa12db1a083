META
key;value
description;A sample written for Isonomia: the invented town of Upper Weir votes (approval)
country;Nowhere
unit;Upper Weir
instance;sample
num_projects;8
num_votes;30
budget;100000
vote_type;approval
rule;greedy
date_begin;01.03.2024
date_end;14.03.2024
min_length;1
max_length;5
language;en
currency;EUR
experimental;1
comment;#1: Invented ballots, free for any use (CC0).
PROJECTS
project_id;cost;votes;name
bench;9000;9;Benches and shade along the canal
bikes;22000;16;Covered bicycle stands at the station
clinic;46000;11;A nurse's room in the old pump house
garden;12000;15;A school garden behind the gym
lights;18000;14;Lamps on the footpath to Upper Weir
library;15000;10;Longer evening hours at the library
pitch;38000;19;A new floor for the sports pitch
ramp;26000;5;Ramps and rails at the market hall
VOTES
voter_id;vote;neighborhood
v01;bench,bikes,garden,library,pitch;centre
v02;garden,lights,library,pitch;young
v03;bikes,lights,ramp;centre
v04;garden,library,pitch;young
v05;garden,lights;weir
v06;clinic,garden,lights;weir
v07;bench,bikes,clinic,library,ramp;centre
v08;bench,bikes,pitch;young
v09;garden,lights,library;young
v10;bench,bikes,garden,pitch;centre
v11;library,pitch;young
v12;bench,bikes,clinic,pitch;centre
v13;bikes,garden,library,pitch;centre
v14;clinic,lights;weir
v15;bikes,library,pitch;centre
v16;clinic,garden,lights,pitch;weir
v17;bikes,clinic,garden,lights;weir
v18;lights;weir
v19;clinic,lights,pitch;weir
v20;bikes,lights,pitch;young
v21;bench,bikes,clinic,garden,pitch;centre
v22;bikes,garden,library;young
v23;lights,library,pitch;young
v24;bench,bikes,pitch;centre
v25;clinic,lights,pitch,ramp;weir
v26;clinic,garden,lights,ramp;weir
v27;clinic;weir
v28;bench,bikes,garden,pitch;centre
v29;bench,bikes,pitch;centre
v30;bikes,garden,pitch,ramp;centre
