/** Style sheets are bundled by esbuild; to the type checker they are files that may be imported. */
declare module "*.css";
