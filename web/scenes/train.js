// The scene "train".
