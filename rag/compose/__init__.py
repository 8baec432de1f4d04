"""What the extractive answer is composed of: sentences chosen, cut to what is asked, laid out with markers."""
