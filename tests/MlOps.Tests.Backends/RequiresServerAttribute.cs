namespace MlOps.Tests.Backends;

/// <summary>Names the servers of <c>tests/servers</c> that the tests of a fixture, or one test, need; puts them into the category <c>Backend</c>.</summary>
/// <remarks>
/// <see cref="ServerRequirementsAttribute"/> skips the tests if none of the servers is installed. A test that names several chooses one of them
/// by its arguments; <see cref="Requirement"/> then deals with the absent one.
/// </remarks>
/// <param name="servers">The names of the scripts, such as <c>moto</c>.</param>
[AttributeUsage(AttributeTargets.Class | AttributeTargets.Method)]
public sealed class RequiresServerAttribute(params string[] servers) : CategoryAttribute("Backend")
{
    /// <summary>Gets the names of the servers.</summary>
    public IReadOnlyList<string> Servers => servers;
}
