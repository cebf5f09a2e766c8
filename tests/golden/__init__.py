"""Files as earlier releases stored them, and the proof that the present code reads all of them."""
