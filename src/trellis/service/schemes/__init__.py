"""Areas, agencies, teams, schemes and cohorts, and the definitions they pick from."""
