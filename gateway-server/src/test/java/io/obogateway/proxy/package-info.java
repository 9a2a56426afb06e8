/** Tests of what an exchange is made of, without sockets. */
@NullMarked
package io.obogateway.proxy;

import org.jspecify.annotations.NullMarked;
