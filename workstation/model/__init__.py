"""What there is: patients, studies, series, images, volumes, and where their pixels lie in space."""
