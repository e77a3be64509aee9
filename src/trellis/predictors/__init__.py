"""Actuarial predictors of reoffending as published, vectorised, each score stamped with its parameter set."""
