"""Words for the home's templates."""
