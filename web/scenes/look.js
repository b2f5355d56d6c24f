// The scene "look".
