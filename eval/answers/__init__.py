"""Ask the reference questions, score the answers, compare them with an earlier run."""
