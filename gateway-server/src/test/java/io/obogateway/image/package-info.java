/** Tests of the image, as a platform runs it. */
@NullMarked
package io.obogateway.image;

import org.jspecify.annotations.NullMarked;
