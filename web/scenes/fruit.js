// The scene "fruit".
