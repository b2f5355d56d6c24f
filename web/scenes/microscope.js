// The scene "microscope".
