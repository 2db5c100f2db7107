"""Every address called by everybody with damaged calls: an answer or a refusal in words, never a mistake."""
