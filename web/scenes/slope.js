// The scene "slope".
