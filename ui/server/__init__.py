"""What stands between the network and every door: who may ask, how much, and how long."""
