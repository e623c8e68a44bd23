namespace MlOps.Tests.Backends;

/// <summary>A quick S3 server that accepts any keys, started when a test of this process first asks for it.</summary>
public static class MotoServer
{
    private static readonly ServerScript s_script = new("moto");

    /// <summary>Gets the running server; skips the calling test with the reason if it is not installed, or fails it where servers are required.</summary>
    public static async Task<S3Server> RequireAsync() => S3Server.Parse(await s_script.RequireAsync());
}
