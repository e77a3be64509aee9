"""Who somebody is: passwords, second factors, sessions and what a session has proved."""
