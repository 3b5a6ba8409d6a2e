"""What all commands share: options from settings, output, signals, and what failures say."""
