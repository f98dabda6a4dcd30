"""What codes say by themselves, how places changed, what is within a walk, and who shares what there is."""
