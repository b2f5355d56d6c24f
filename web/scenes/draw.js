// The scene "draw".
