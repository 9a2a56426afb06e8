# The gateway's image, from what Maven has built:
#
#   mvn -DskipTests package && docker build -t obo-gateway .
#
# It runs as it is where the platform sets the AZURE_* variables; routes go into /opt/gateway/config/routes.

# The libraries apart from our own jars: a new release of the gateway then shares their layer with the one before.
FROM eclipse-temurin:25-jre AS parts
COPY gateway-server/target/lib/ /libraries/
RUN mkdir /own && mv /libraries/gateway-*.jar /own/

FROM eclipse-temurin:25-jre
WORKDIR /opt/gateway
COPY --from=parts /libraries/ lib/
COPY --from=parts /own/ lib/
COPY gateway gateway-server/target/gateway-server.jar ./
COPY config/ config/

# A container's memory is the gateway's alone: half for the heap, the rest for buffers outside of it, threads and code.
ENV JAVA_OPTS="-XX:MaxRAMPercentage=50"

# By number, so that the platform can see that it is not root.
USER 65532:65532
EXPOSE 8080 8081
ENTRYPOINT ["/opt/gateway/gateway"]
