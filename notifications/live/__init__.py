"""Live updates: sockets carry hints, pages refetch what they may see."""
