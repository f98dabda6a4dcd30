"""Looking regions up, what is around a point, and the office's pages of facilities, grid cells and coverage."""
