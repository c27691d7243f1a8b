"""Where the person sees which chat models there are, fetches and removes them, and says who may be asked."""
