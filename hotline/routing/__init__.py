"""Who is asked, and who is asked next; a queue that forgets its order lets the urgent wait behind the old."""
