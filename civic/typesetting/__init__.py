"""Setting paper with typst: our fonts, what they can print, and the call. Rooms bring their template."""
