package io.obogateway.fakeentra;

import org.junit.jupiter.api.extension.BeforeEachCallback;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.extension.ParameterContext;
import org.junit.jupiter.api.extension.ParameterResolver;

/**
 * A JUnit extension that hands a {@link FakeEntra} to tests that take one as a parameter: one per test class, reset
 * before each test, closed with the class.
 *
 * <pre>{@code
 * @ExtendWith(FakeEntraExtension.class)
 * class ExchangeTest {
 *     @Test
 *     void refusalIsRemembered(FakeEntra entra) { … }
 * }
 * }</pre>
 *
 * Needs JUnit on the class path, which this module does not bring along.
 */
public final class FakeEntraExtension implements ParameterResolver, BeforeEachCallback {
    private static final ExtensionContext.Namespace NAMESPACE =
            ExtensionContext.Namespace.create(FakeEntraExtension.class);

    @Override
    public void beforeEach(ExtensionContext context) {
        entra(context).reset();
    }

    @Override
    public boolean supportsParameter(ParameterContext parameter, ExtensionContext context) {
        return parameter.getParameter().getType() == FakeEntra.class;
    }

    @Override
    public Object resolveParameter(ParameterContext parameter, ExtensionContext context) {
        return entra(context);
    }

    private static FakeEntra entra(ExtensionContext context) {
        ExtensionContext ofClass = context.getTestMethod().isEmpty()
                ? context
                : context.getParent().orElse(context);
        return ofClass.getStore(NAMESPACE).computeIfAbsent(FakeEntra.class, type -> FakeEntra.start(), FakeEntra.class);
    }
}
