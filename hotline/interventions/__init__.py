"""What was done, by whom, on what grounds; never changed afterwards, or a review would read a story."""
