using System.Reflection;
using NUnit.Framework.Interfaces;
using NUnit.Framework.Internal;

namespace MlOps.Testing;

/// <summary>Marks a fixture that injects connection or server faults. It runs only the conformance tests whose result a fault can change.</summary>
/// <remarks>
/// These are the tests of the category <c>Faults</c>: writing, reading, conditions, races, failures and large content. Tests that are declared outside this
/// package also run. Derive another fixture without the attribute, which runs all conformance tests.
/// </remarks>
[AttributeUsage(AttributeTargets.Class)]
public sealed class FaultFixtureAttribute : NUnitAttribute, IFixtureBuilder2
{
    internal const string Faults = "Faults";

    IEnumerable<TestSuite> IFixtureBuilder.BuildFrom(ITypeInfo typeInfo) => new TestFixtureAttribute().BuildFrom(typeInfo, new FaultFilter(null));

    IEnumerable<TestSuite> IFixtureBuilder2.BuildFrom(ITypeInfo typeInfo, IPreFilter filter) =>
        new TestFixtureAttribute().BuildFrom(typeInfo, new FaultFilter(filter));

    private sealed class FaultFilter(IPreFilter? inner) : IPreFilter
    {
        public bool IsMatch(Type type) => inner?.IsMatch(type) ?? true;

        public bool IsMatch(Type type, MethodInfo method) => (inner?.IsMatch(type, method) ?? true) && CanChange(method);

        private static bool CanChange(MethodInfo method) =>
            method.DeclaringType!.Assembly != typeof(FaultFixtureAttribute).Assembly
            || method.GetCustomAttributes<CategoryAttribute>().Any(static category => category.Name == Faults);
    }
}
