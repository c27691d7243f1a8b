"""Which model embeds the library: the choice in the menu, and what is told while the library is embedded anew."""
