// The scene "landscape".
