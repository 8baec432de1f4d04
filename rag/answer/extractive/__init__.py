"""What an extractive answer is composed of: sentences chosen, cut to what is asked, and laid out."""
