// The scene "transform".
