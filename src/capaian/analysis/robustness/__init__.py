"""How far a result hangs on choices: weights, methods, single indicators."""
