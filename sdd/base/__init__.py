"""What every room may use: exit codes and errors, paths, frozen values."""
