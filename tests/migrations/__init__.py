"""The tables go up, agree with the models, and come down again, beside whatever a host has."""
