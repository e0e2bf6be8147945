"""What comes into the queue: encounters from folders, files and archives, checked before anything is stored."""
