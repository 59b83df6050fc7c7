"""What is behind a figure of the map: the records that it counts, told by the rules that counted them."""
