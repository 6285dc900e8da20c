"""Pages of seals and signatures."""
