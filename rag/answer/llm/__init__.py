"""Language models: how one is reached, asked, listened to and kept within its limits."""
