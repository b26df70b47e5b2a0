/// A bundle as a line of a parcel that does not know its number there yet.
package struct FHIRLine: Sendable {
    /// The line, without number and newline.
    package var bytes: [UInt8] = []
    /// Where in it its number among the parcel's reports is to be put, ascending: in every link.
    package var numberPlaces: [Int] = []

    /// Nothing.
    package init() {}
}
