"""What the rooms hand each other: documents, questions, evidence, answers."""
