package io.obogateway.upstream;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.ConnectException;
import java.nio.channels.ClosedChannelException;
import java.security.cert.CertPathBuilderException;
import java.security.cert.CertificateException;
import javax.net.ssl.SSLHandshakeException;
import org.junit.jupiter.api.Test;

class FailureTextTest {
    @Test
    void saysWhatTheSystemSaysWithoutItsCallsAndNumbers() {
        assertThat(FailureText.of(new ConnectException(
                        "connect(..) failed with error(-111): Connection refused: orders.example/10.0.0.7:8080")))
                .isEqualTo("Connection refused: orders.example/10.0.0.7:8080");
    }

    @Test
    void saysWhatIsWrongWithACertificateWhichOnlyTheInnermostCauseKnows() {
        SSLHandshakeException refused = new SSLHandshakeException("General OpenSslEngine problem");
        refused.initCause(new CertificateException(
                "PKIX path building failed", new CertPathBuilderException("no path to a trusted certificate")));

        assertThat(FailureText.of(refused))
                .isEqualTo("General OpenSslEngine problem: no path to a trusted certificate");
    }

    @Test
    void causesOfAnythingElseAreLeftOut() {
        assertThat(FailureText.of(new IOException("closed", new IllegalStateException("why"))))
                .isEqualTo("closed");
    }

    @Test
    void whatSaysNothingIsNamed() {
        assertThat(FailureText.of(new ClosedChannelException())).isEqualTo("ClosedChannelException");
        assertThat(FailureText.of(new IOException(" "))).isEqualTo("IOException");
    }

    @Test
    void isOneLine() {
        assertThat(FailureText.of(new IOException("a\nb"))).isEqualTo("a b");
    }
}
