-- Whether its author confirmed that a draft's wording, which asks for money, asks for the PSF or a fiscal sponsoree.
ALTER TABLE draft ADD COLUMN money_confirmed BOOLEAN NOT NULL DEFAULT FALSE;
