using System.Reflection;
using NUnit.Framework.Interfaces;
using NUnit.Framework.Internal;

namespace MlOps.Testing;

/// <summary>Marks a fixture whose connections break or whose server fails. Of the contract, it runs only the tests that a fault can change.</summary>
/// <remarks>
/// These are the tests of the category <c>Faults</c>: writing, reading, conditions, races, failures and large content. The tests that the fixture or a base
/// class outside this package declares run too. Another fixture runs the whole contract without faults.
/// </remarks>
[AttributeUsage(AttributeTargets.Class)]
public sealed class FaultFixtureAttribute : NUnitAttribute, IFixtureBuilder2
{
    internal const string Faults = "Faults";

    /// <inheritdoc/>
    public IEnumerable<TestSuite> BuildFrom(ITypeInfo typeInfo) => BuildFrom(typeInfo, new FaultFilter(null));

    /// <inheritdoc/>
    public IEnumerable<TestSuite> BuildFrom(ITypeInfo typeInfo, IPreFilter filter) => new TestFixtureAttribute().BuildFrom(typeInfo, new FaultFilter(filter));

    private sealed class FaultFilter(IPreFilter? inner) : IPreFilter
    {
        public bool IsMatch(Type type) => inner?.IsMatch(type) ?? true;

        public bool IsMatch(Type type, MethodInfo method) => (inner?.IsMatch(type, method) ?? true) && CanChange(method);

        private static bool CanChange(MethodInfo method) =>
            method.DeclaringType!.Assembly != typeof(FaultFixtureAttribute).Assembly
            || method.GetCustomAttributes<CategoryAttribute>().Any(static category => category.Name == Faults);
    }
}
